import { DataSource } from 'typeorm';

/** An application that leaves it to the environment which database it uses. */
export const dataSource = new DataSource({ type: 'postgres', url: process.env['SHOP_DATABASE_URL'] });

export const pageSize = 20;
